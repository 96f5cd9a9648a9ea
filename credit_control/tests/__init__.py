from . import test_assignment
from . import test_kernel_oracle
from . import test_kernel_placeholders
from . import test_plan_oracle
from . import test_policy
