export * from './fromFloat.ts'
export * from './seriesId.ts'
export * from './sviSlice.ts'
