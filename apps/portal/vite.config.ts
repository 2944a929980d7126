import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressFiles } from './tools/compress-files.ts'

/** Built into the server's package, which serves the files under `/portal/`. There is no development server: `npm run portal` builds on every change. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/portal/',
  plugins: [react(), tailwindcss(), compressFiles()],
  // The server puts a new nonce in for each answer (packages/server/src/portal/page-of-portal.ts).
  html: { cspNonce: '{{nonce}}' },
  build: {
    outDir: '../../packages/server/portal',
    emptyOutDir: true,
    // The policy of the page allows no `data:` font or script.
    assetsInlineLimit: 0,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    manifest: true,
    chunkSizeWarningLimit: 700,
  },
})
