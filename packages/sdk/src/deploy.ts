export * from './deployment/configure.ts'
export * from './deployment/planCore.ts'
export * from './deployment/planReactor.ts'
export * from './deployment/terms.ts'
