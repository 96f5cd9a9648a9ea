{
    "name": "Credit Control: sample extension",
    "summary": "Uses each extension point once; exists only for the tests",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Credit Control contributors",
    "license": "LGPL-3",
    "depends": ["credit_control"],
}
