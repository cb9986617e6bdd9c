import { KeelError } from '../errors/KeelError.ts'

export class MalformedDeploymentError extends KeelError {
  override readonly name = 'Deployment.MalformedError'
  constructor(path: string, expected: string) {
    super(`In the deployment file ${path} is not ${expected}. Write the file with keel deploy.`)
  }
}

export class WrongChainError extends KeelError {
  override readonly name = 'Deployment.WrongChainError'
  constructor({ expected, found }: { expected: number; found: number }) {
    super(
      `The deployment is of chain ${expected}, the RPC serves chain ${found}. Pass the --rpc or --deployment that match.`,
    )
  }
}

export class UnknownMarketIdError extends KeelError {
  override readonly name = 'Deployment.UnknownMarketIdError'
  constructor(id: number, known: readonly number[]) {
    super(`There is no market ${id} in the deployment. It has ${known.join(', ') || 'none'}.`)
  }
}
