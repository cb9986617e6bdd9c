import { KeelError } from '../errors/KeelError.ts'

export class MalformedSnapshotError extends KeelError {
  override readonly name = 'Snapshot.MalformedError'
  constructor(path: string, expected: string) {
    super(`In the snapshot ${path} is not ${expected}. Take a new one with keel snapshot.`)
  }
}

export class UnknownSnapshotFormatError extends KeelError {
  override readonly name = 'Snapshot.UnknownFormatError'
  constructor({ found, known }: { found: number; known: number }) {
    super(
      `The snapshot has format ${found}, and this version reads format ${known}. Take a new one with keel snapshot.`,
    )
  }
}

/** Asked for a price before the snapshot was taken. */
export class BeforeSnapshotError extends KeelError {
  override readonly name = 'Snapshot.BeforeError'
  constructor({ at, taken }: { at: number; taken: number }) {
    super(`The snapshot is of ${taken} and says nothing about ${at}. Ask for a time at or after it.`)
  }
}

/** Asked for a price at a time when the chain would look at something the snapshot does not hold. */
export class OutlivedSnapshotError extends KeelError {
  override readonly name = 'Snapshot.OutlivedError'
  constructor({ at, until }: { at: number; until: number }) {
    super(
      `From ${until + 1} on the chain reads its second spot source, whose price at ${at} the snapshot cannot know. Take a new one.`,
    )
  }
}
