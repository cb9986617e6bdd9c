import { KeelError } from '@keel/sdk'
import { formatTime } from '../values/time.ts'

export class NoSnapshotError extends KeelError {
  override readonly name = 'Fit.NoSnapshotError'
  constructor({ file, asked, first, last }: { file: string; asked: string; first: number; last: number }) {
    super(
      `${file} has no snapshot ${asked}: the first is of ${formatTime(first)}, the last of ${formatTime(last)}. Choose a time between them.`,
    )
  }
}
