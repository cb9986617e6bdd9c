/**
 * Base of every error this library throws. Catch it to tell a bad input from a bug.
 *
 * Hot numeric kernels do not throw: outside their domain they return `NaN` and say so in their documentation.
 */
export class QuantError extends Error {
  override readonly name: string = 'Quant.QuantError'
}
