/** Sends one request and gives its result. */
export type Transport = {
  /** @throws FeedError; the signal's reason when aborted */
  call(method: string, options: Transport.Options): Promise<unknown>
}

export declare namespace Transport {
  type Options = {
    readonly params: Readonly<Record<string, unknown>>
    readonly signal?: AbortSignal | undefined
  }
}

/** Longest answer read, in characters: a chain of a thousand options is half a million. */
export const MOST_CHARACTERS = 32_000_000
