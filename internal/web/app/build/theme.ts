import type { ThemeConfig } from 'antd'

// styleKey is the class that carries the variables of Ant Design's theme.
export const styleKey = 'zhitu'

// The theme is written into static styles when the application is built. The page itself
// makes no style (zeroRuntime), so that the policy of the page allows its own files alone.
export const baseTheme: ThemeConfig = {
  cssVar: { key: styleKey },
  hashed: false,
  token: {
    colorPrimary: '#1f5fbf',
    colorLink: '#1f5fbf',
    colorSuccess: '#00795a',
    colorWarning: '#8a5a00',
    colorError: '#b42318',
    colorTextSecondary: '#4b5563',
    colorTextDescription: '#4b5563',
    colorTextPlaceholder: '#6b7280',
    borderRadius: 6,
    fontSize: 14,
    fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif',
    motion: false,
  },
  components: {
    Descriptions: { labelColor: '#4b5563' },
    Table: { cellPaddingBlockSM: 4, headerBg: 'transparent', headerSplitColor: 'transparent', headerColor: '#4b5563' },
  },
}

export const darkToken: ThemeConfig['token'] = {
  colorBgBase: '#0f1318',
  colorBgContainer: '#171c23',
  colorBgElevated: '#1e242d',
  colorBgLayout: '#0f1318',
  colorBorder: '#4a5462',
  colorBorderSecondary: '#2a313b',
  colorPrimary: '#6ea8fe',
  colorLink: '#8ab8ff',
  colorSuccess: '#34c99a',
  colorWarning: '#f0b429',
  colorError: '#ff8a7a',
  colorTextSecondary: '#b6bec9',
  colorTextDescription: '#b6bec9',
  colorTextPlaceholder: '#98a2b3',
}

export const darkComponents: ThemeConfig['components'] = {
  Descriptions: { labelColor: '#b6bec9' },
  Table: { ...baseTheme.components?.Table, headerColor: '#b6bec9' },
  // White on the lighter colours of the dark theme is below 4.5:1.
  Button: { primaryColor: '#0f1318', dangerColor: '#0f1318' },
}
