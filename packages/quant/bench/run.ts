import { run as black } from './black.bench.ts'
import { run as hedge } from './hedge.bench.ts'
import { run as implied } from './implied.bench.ts'
import { run as surface } from './surface.bench.ts'

for (const run of [black, implied, surface, hedge]) await run()
