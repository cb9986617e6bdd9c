// Generated from the contracts by `npm run generate`. Do not edit.
export { authorityBytecode } from './AuthorityBytecode.ts'
export { clearingBytecode } from './ClearingBytecode.ts'
export { marginPolicyBytecode } from './MarginPolicyBytecode.ts'
export { settlementOracleBytecode } from './SettlementOracleBytecode.ts'
export { shareBytecode } from './ShareBytecode.ts'
export { spotOracleBytecode } from './SpotOracleBytecode.ts'
export { surfaceOracleBytecode } from './SurfaceOracleBytecode.ts'
export { vaultBytecode } from './VaultBytecode.ts'
