import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Writes a generated page of `docs/`; with `--check` among the arguments, reports a checked-in page that differs and fails the process. */
export function writeOrCheck(page: string, text: string, tool: string): void {
  const path = pageOf(page)
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text)
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    process.stderr.write(`docs/${page} differs from the code: run \`node packages/server/tools/${tool}\`\n`)
    process.exitCode = 1
  }
}

/** Where a page of `docs/` is. */
export function pageOf(page: string): URL {
  return new URL(`../../../docs/${page}`, import.meta.url)
}
