export * from './deployment/planCore.ts'
