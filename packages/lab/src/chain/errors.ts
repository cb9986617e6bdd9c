import { KeelError } from '@keel/sdk'

export class PortBusyError extends KeelError {
  override readonly name = 'Chain.PortBusyError'
  constructor(port: number) {
    super(`Port ${port} is in use. Stop what listens there, or choose another with --port.`)
  }
}

export class AnvilNotStartedError extends KeelError {
  override readonly name = 'Chain.AnvilNotStartedError'
  constructor(reason: string) {
    super(`The local chain did not start: ${reason}. Run npm ci and try again.`)
  }
}

export class AnvilDiedError extends KeelError {
  override readonly name = 'Chain.AnvilDiedError'
  constructor(detail: string) {
    super(`The local chain stopped while it was needed (${detail}). Start the command again; a saved state is resumed.`)
  }
}

export class TransactionRevertedError extends KeelError {
  override readonly name = 'Chain.TransactionRevertedError'
  constructor(label: string, reason: string) {
    super(`Transaction "${label}" reverted: ${reason}. Read the error's operands; nothing was changed by it.`)
  }
}

/** The chain answered with an error object. `data` holds revert data where there is some. */
export class RpcError extends KeelError {
  override readonly name = 'Chain.RpcError'
  readonly code: number
  readonly data: unknown
  constructor({ method, code, message, data }: { method: string; code: number; message: string; data?: unknown }) {
    super(`The chain refused ${method}: ${message} (code ${code}). Check the arguments.`)
    this.code = code
    this.data = data
  }
}
