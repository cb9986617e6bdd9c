export * from './errors/KeelError.ts'
