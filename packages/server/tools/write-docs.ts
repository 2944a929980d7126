#!/usr/bin/env node
// Writes the pages of docs/, and the tables in them, that come from the code; with --check, fails when a checked-in page differs.
import { readFileSync } from 'node:fs'
import { errorsPage } from './errors-page.ts'
import { officialClientTables } from './official-endpoints.ts'
import { fillTables, operationsTables } from './operations-tables.ts'
import { rolesTables } from './roles-tables.ts'
import { signalsPage } from './signals-page.ts'
import { pageOf, writeOrCheck } from './write-or-check.ts'

const pages = {
  'errors.md': errorsPage(),
  'official-clients.md': fillTables(readFileSync(pageOf('official-clients.md'), 'utf8'), officialClientTables()),
  'operations.md': fillTables(readFileSync(pageOf('operations.md'), 'utf8'), await operationsTables()),
  'roles.md': fillTables(readFileSync(pageOf('roles.md'), 'utf8'), rolesTables()),
  'signals.md': signalsPage(),
}

for (const [page, text] of Object.entries(pages)) writeOrCheck(page, text, 'write-docs.ts')
