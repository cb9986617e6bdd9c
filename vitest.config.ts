import { globSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** A project per workspace that has tests, so that a run can be narrowed with `--project sdk`. */
const dirs = globSync(['packages/*', 'apps/*'], { cwd: import.meta.dirname }).sort()

export default defineConfig({
  test: {
    projects: [...dirs, 'tooling'].map((root) => ({
      test: {
        name: root.split('/').at(-1) ?? root,
        root: `${import.meta.dirname}/${root}`,
        include: ['{src,test}/**/*.test.{ts,tsx}'],
        testTimeout: 60_000,
        hookTimeout: 60_000,
      },
    })),
  },
})
