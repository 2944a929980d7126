#!/usr/bin/env node
// Writes openapi.json from the routes; with --check, fails when the checked-in one differs.
import { readFileSync, writeFileSync } from 'node:fs'
import { createTestApp } from '../http/test-app.ts'

const path = new URL('../../openapi.json', import.meta.url)
const { app, close } = await createTestApp()
const text = `${JSON.stringify((await app.inject('/openapi.json')).json(), null, 2)}\n`
await close()

if (!process.argv.includes('--check')) {
  writeFileSync(path, text)
} else if (text !== readOr(path, '')) {
  process.stderr.write('packages/server/openapi.json is not what the routes say: run `node packages/server/src/cli/write-openapi.ts`\n')
  process.exitCode = 1
}

function readOr(file: URL, absent: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return absent
  }
}
