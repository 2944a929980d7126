import type { Viewport } from 'next'
import type { ReactNode } from 'react'
import './globals.css'

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f4ef' },
    { media: '(prefers-color-scheme: dark)', color: '#0e1514' },
  ],
}

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <title>Northmere Bank</title>
        <meta name="description" content="A demonstration of adaptive MFA with passkeys." />
      </head>
      <body>{children}</body>
    </html>
  )
}
