/** Which Solidity becomes committed TypeScript. A contract is taken when its source lies under `from` and it has an ABI. */
export const AREAS = [
  { from: 'contracts/src/', to: 'contracts/generated' },
  { from: 'contracts/local/', to: 'contracts/generated/local' },
] as const

/** Bytecode size snapshot: contracts of this area count, the dev chain's do not. */
export const SIZED_AREA = 'contracts/src/'
export const SIZES_FILE = 'contracts/snapshots/sizes.json'

/** EIP-170, and the share of it a contract may use, so that a fix always fits. */
export const SIZE_LIMIT = 24_576
export const SIZE_SHARE = 0.9
