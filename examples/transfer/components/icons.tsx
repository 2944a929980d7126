import type { ReactNode } from 'react'

function icon(children: ReactNode) {
  return function Icon({ size = 20 }: { size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {children}
      </svg>
    )
  }
}

export const HomeIcon = icon(<path d="M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z" />)
export const OfficeIcon = icon(
  <>
    <path d="M5 21V4a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v17M15 9h3a1 1 0 0 1 1 1v11M3 21h18" />
    <path d="M9 7h2M9 11h2M9 15h2" />
  </>,
)
export const MobileIcon = icon(
  <>
    <rect x="7" y="2.5" width="10" height="19" rx="2.5" />
    <path d="M11 18.5h2" />
  </>,
)
export const HotelIcon = icon(<path d="M3 20V6M3 16h18M21 20v-6a3 3 0 0 0-3-3h-7v5M7 13a1.75 1.75 0 1 0 0-3.5A1.75 1.75 0 0 0 7 13z" />)
export const VpnIcon = icon(
  <>
    <path d="M12 3l7 3v5c0 4.5-2.9 8.3-7 10-4.1-1.7-7-5.5-7-10V6z" />
    <path d="M9.5 12.5a2.5 2.5 0 0 1 5 0" />
  </>,
)
export const TorIcon = icon(
  <>
    <path d="M12 6.5c0-2 1-3.5 2.5-4M12 6.5c4.5 1 7 4 7 7.75A7 7 0 0 1 12 21a7 7 0 0 1-7-6.75C5 10.500 7.500 7.500 12 6.500z" />
    <path d="M12 10c2 .8 3.250 2.300 3.250 4.250A3.250 3.250 0 0 1 12 17.500M12 6.500V21" />
  </>,
)
export const KeyIcon = icon(
  <>
    <circle cx="8" cy="9" r="4.5" />
    <path d="M12.500 9H21M18 9v3.500M8 13.500V20" />
  </>,
)
export const CheckIcon = icon(<path d="M5 12.500l4.500 4.500L19 7" />)
export const AlertIcon = icon(
  <path d="M12 8v5M12 16.500v.01M10.300 4.200L2.900 17a2 2 0 0 0 1.700 3h14.800a2 2 0 0 0 1.700-3L13.700 4.200a2 2 0 0 0-3.400 0z" />,
)

export function BrandMark() {
  return (
    <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0c4a43" />
      <path d="M9 22V10l14 12V10" fill="none" stroke="#d6f3e3" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
