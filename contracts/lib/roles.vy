# pragma version 0.4.3
"""
@title Role identifiers
@notice The one list of roles of the suite. Authority says who holds them, every other contract
        reads them. What a role may do, and how much of it, stands in docs/roles.md.
@dev keccak256 of the role's name. The admin of every role is Authority's DEFAULT_ADMIN_ROLE (zero).
@custom:license AGPL-3.0-only
"""

# Every setter, issuing without an allowance, everything that a vote decides.
GOVERNANCE_ROLE: constant(bytes32) = keccak256("GOVERNANCE")
# Freezes communities, voids bonuses, cancels drops; never moves COS to itself.
AUDITOR_ROLE: constant(bytes32) = keccak256("AUDITOR")
# Creates communities for the Center.
SECRETARIAT_ROLE: constant(bytes32) = keccak256("SECRETARIAT")
# Issues quota to sponsors, against COS that it brings.
SELLER_ROLE: constant(bytes32) = keccak256("SELLER")
# Signs the vouchers by which founders are admitted.
ADMISSION_ROLE: constant(bytes32) = keccak256("ADMISSION")
# Records payments in fiat.
CASHIER_ROLE: constant(bytes32) = keccak256("CASHIER")
# Awards COS from the management pool.
COMMITTEE_ROLE: constant(bytes32) = keccak256("COMMITTEE")
# Takes service credit for what the Center provides.
DESK_ROLE: constant(bytes32) = keccak256("DESK")
# Vetoes proposals for a limited time.
GUARDIAN_ROLE: constant(bytes32) = keccak256("GUARDIAN")
# Locks stake that its owner offered.
LOCKER_ROLE: constant(bytes32) = keccak256("LOCKER")
