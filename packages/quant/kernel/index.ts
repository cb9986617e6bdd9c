// AssemblyScript, not TypeScript: see simd.ts.

export { black } from './black'
export { hedge } from './hedge'
export { implied } from './implied'
