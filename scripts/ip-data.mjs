#!/usr/bin/env node
// `npm run ip-data`: builds the snapshot of public lists that the release ships (packages/ip-data/build-snapshot.ts).
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { childEnv, prepare, root } from './lib/prepare.mjs'

await prepare(import.meta.url)
const script = path.join(root, 'packages/ip-data/build-snapshot.ts')
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit', env: childEnv() })
process.exit(status ?? 1)
