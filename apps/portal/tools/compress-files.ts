import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Writes `.br` and `.gz` beside each text file of the build, so that the server never compresses. Fonts are compressed already. */
export function compressFiles(): Plugin {
  let folder = ''
  let quality: number = constants.BROTLI_MAX_QUALITY
  return {
    name: 'compress-files',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir, 'assets')
      // Whoever waits for a change would rather see it at once.
      if (config.build.watch) quality = 4
    },
    closeBundle() {
      for (const file of readdirSync(folder)) {
        if (!/\.(js|css|svg|json)$/.test(file)) continue
        const bytes = readFileSync(join(folder, file))
        writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }))
        writeFileSync(join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }))
      }
    },
  }
}
