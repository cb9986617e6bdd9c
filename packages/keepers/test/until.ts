/** Resolves once `done` holds; rejects after five seconds. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + 5_000
  while (!(await done())) {
    if (performance.now() > limit) throw new NeverHappenedError()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

class NeverHappenedError extends Error {
  override readonly name = 'NeverHappenedError'
  constructor() {
    super('What was waited for did not happen within five seconds.')
  }
}
