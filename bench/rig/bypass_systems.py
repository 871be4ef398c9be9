# SPDX-License-Identifier: Apache-2.0
"""The systems that can be measured on the bypass wire: for (name, wire) the class."""

from rig.penstock_bypass import PenstockOnBypass

SYSTEMS = {("penstock", "bypass"): PenstockOnBypass}
