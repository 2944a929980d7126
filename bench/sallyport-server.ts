import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadConfig, startServer } from '@sallyport/server'

// A server with a store of its own, as a process of its own; prints its port, and on request what it uses of memory.

const given = process.argv[2]
const dataDir = given ?? mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
const server = await startServer(
  loadConfig(
    { port: '0', 'data-dir': dataDir, 'log-level': 'warn' },
    {
      SALLYPORT_BOOTSTRAP_TENANT_ID: 'bench',
      SALLYPORT_BOOTSTRAP_SECRET_KEY: process.env.BENCH_SECRET_KEY,
      SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: process.env.BENCH_MANAGEMENT_KEY,
      SALLYPORT_BOOTSTRAP_RP_ID: 'localhost',
      SALLYPORT_BOOTSTRAP_ORIGINS: 'http://localhost:3000',
    },
  ),
)
console.log(JSON.stringify({ port: Number(new URL(server.url).port), rss: process.memoryUsage().rss }))

process.on('SIGTERM', async () => {
  await server.close()
  if (given === undefined) rmSync(dataDir, { recursive: true, force: true })
  process.exit(0)
})
