import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** A program as a browser would get it: one script, no modules, nothing unused. */
export async function bundle(source: string): Promise<string> {
  const build = await rolldown({
    input: 'entry.ts',
    platform: 'browser',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry.ts' ? fileURLToPath(new URL('entry.ts', import.meta.url)) : null),
        load: (id) => (id.endsWith('/test/entry.ts') ? source : null),
      },
    ],
    onwarn: (warning) => {
      throw new UnbundledError(warning.message)
    },
  })
  const { output } = await build.generate({ format: 'iife', name: 'bundled', minify: true })
  await build.close()
  return output[0].code
}

/** The bundler had something to say, e.g. that an import is not for browsers. */
class UnbundledError extends Error {
  override readonly name = 'UnbundledError'
}
