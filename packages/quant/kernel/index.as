// AssemblyScript: see simd.as.

export { black } from './black'
export { hedge } from './hedge'
export { implied } from './implied'
