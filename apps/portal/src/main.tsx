import './parts/theme.css'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { queryClient } from './api/query-client.ts'
import { Frame } from './frame/frame.tsx'
import { applyTheme } from './frame/theme.ts'
import { pageNonce } from './parts/nonce.ts'
import { useRawLocation, useRawSearch } from './url/raw-location.ts'

applyTheme()
const place = document.getElementById('portal')
if (place === null) throw new Error('the page has no place for the portal')
createRoot(place).render(
  <StrictMode>
    <CSPProvider nonce={pageNonce()}>
      <QueryClientProvider client={queryClient}>
        <Router base="/portal" hook={useRawLocation} searchHook={useRawSearch}>
          <Frame />
        </Router>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
