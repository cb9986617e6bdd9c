// Generated from the contracts by `npm run generate`. Do not edit.
export { settlementOracleBytecode } from './SettlementOracleBytecode.ts'
export { spotOracleBytecode } from './SpotOracleBytecode.ts'
