#!/usr/bin/env node
// npm run fuzz: random requests to every route for ten minutes. `npm run fuzz -- 60 12345` takes a minute, with the seed 12345.
import { spawn } from 'node:child_process'
import { childEnv, prepare, root } from './lib/prepare.mjs'

await prepare(import.meta.url)
const [seconds = '600', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2)
const child = spawn(process.execPath, ['--test', 'packages/server/src/app/every-route.test.ts'], {
  cwd: root,
  env: childEnv({ SALLYPORT_TEST_FUZZ_SECONDS: seconds, SALLYPORT_TEST_FUZZ_SEED: seed }),
  stdio: 'inherit',
})
child.on('close', (code) => process.exit(code ?? 1))
