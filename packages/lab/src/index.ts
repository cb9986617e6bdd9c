export * from './venues/uniswap/index.ts'
