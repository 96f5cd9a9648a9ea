import contextlib
from pathlib import Path

from odoo import api, models


class IrAttachment(models.Model):
    """A mail must be stored although a process died while it was being stored."""

    _inherit = "ir.attachment"

    @api.model
    def _get_path(self, bin_data, sha):
        """Take away a file that a killed process left half written.

        Its name is the checksum of what it should hold. Core takes the difference for a
        collision and refuses the same bytes for ever, and with them the same mail at
        every fetch.
        """
        path = Path(self._full_path(f"{sha[:2]}/{sha}"))
        with contextlib.suppress(FileNotFoundError):
            # a half of it is shorter; a true collision is left to core
            is_torn = path.stat().st_size < len(bin_data)
            if is_torn and self._compute_checksum(path.read_bytes()) != sha:
                path.unlink()
        return super()._get_path(bin_data, sha)
