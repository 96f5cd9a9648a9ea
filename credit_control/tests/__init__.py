from . import test_kernel_placeholders
