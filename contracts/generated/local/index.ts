// Generated from the contracts by `npm run generate`. Do not edit.
export { arithmeticAbi } from './Arithmetic.ts'
export { auditorAbi } from './Auditor.ts'
export { localAggregatorAbi } from './LocalAggregator.ts'
export { localOnlyAbi } from './LocalOnly.ts'
export { testTokenAbi } from './TestToken.ts'
