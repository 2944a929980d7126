const paths = {
  home: 'M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z',
  office: 'M5 21V4a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v17M15 9h3a1 1 0 0 1 1 1v11M3 21h18M9 7h2M9 11h2M9 15h2',
  mobile: 'M9.5 2.5h5A2.5 2.5 0 0 1 17 5v14a2.5 2.5 0 0 1-2.5 2.5h-5A2.5 2.5 0 0 1 7 19V5a2.5 2.5 0 0 1 2.5-2.5zM11 18.5h2',
  hotel: 'M3 20V6M3 16h18M21 20v-6a3 3 0 0 0-3-3h-7v5M7 13a1.75 1.75 0 1 0 0-3.5A1.75 1.75 0 0 0 7 13z',
  vpn: 'M12 3l7 3v5c0 4.5-2.9 8.3-7 10-4.1-1.7-7-5.5-7-10V6zM9.5 11V9.75a2.5 2.5 0 0 1 5 0V11M8.75 11h6.5v4.5h-6.5z',
  tor: 'M12 3a9 9 0 1 0 0 18zM12 7a5 5 0 0 1 0 10M12 3a9 9 0 0 1 0 18M12 11a1 1 0 0 1 0 2',
  key: 'M8 13.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12.5 9H21M18 9v3.5M8 13.5V20M8 17.5h2.5',
  back: 'M9 14l-5-5 5-5M4 9h10.5a5.5 5.5 0 0 1 0 11H11',
  check: 'M5 12.5l4.5 4.5L19 7',
  alert: 'M12 8.5v4.5M12 16.5v.01M10.3 4.2L2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0z',
}

export type IconName = keyof typeof paths

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
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
      <path d={paths[name]} />
    </svg>
  )
}

export function BrandMark() {
  return (
    <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0c4a43" />
      <path d="M9 22V10l14 12V10" fill="none" stroke="#d6f3e3" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
