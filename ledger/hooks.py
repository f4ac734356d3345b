"""What the register itself has to say when it is verified, read once by the portal when it starts
(`PortalConfig.ready`).
"""

from ledger import memory
from ledger.digests import comparing, own
from ledger.outside import witnesses

# @also_verify: beside the chain, which `verify_chain` goes through itself.
VERIFYING = (memory, witnesses, comparing)
# @public_table: what the public reads of the register.
PUBLIC = (own,)
