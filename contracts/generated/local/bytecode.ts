// Generated from the contracts by `npm run generate`. Do not edit.
export { arithmeticBytecode } from './ArithmeticBytecode.ts'
export { auditorBytecode } from './AuditorBytecode.ts'
export { localAggregatorBytecode } from './LocalAggregatorBytecode.ts'
export { testTokenBytecode } from './TestTokenBytecode.ts'
