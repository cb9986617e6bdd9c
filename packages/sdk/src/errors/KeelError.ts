/** Base of every error Keel's TypeScript throws on purpose. The text says what is wrong and what to do next. */
export abstract class KeelError extends Error {
  abstract override readonly name: string
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean = false
}
