#!/usr/bin/env node
// Writes docs/openapi.json from the routes; with --check, fails when the checked-in document differs.
import { createTestApp } from '../test/support/test-app.ts'
import { writeOrCheck } from './write-or-check.ts'

const { app, close } = await createTestApp()
const document = (await app.inject('/openapi.json')).json()
await close()

writeOrCheck('openapi.json', `${JSON.stringify(document, null, 2)}\n`, 'write-openapi.ts')
