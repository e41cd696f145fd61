/** Our theme and language for antd's pickers, which read them from here alone. */
import { ConfigProvider, theme } from "antd";
import { type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useIsDark, useIsPhone, useTextScale } from "@/shared/media";

const TOKENS = {
  colorPrimary: "#2f5bea",
  borderRadius: 6,
  controlHeight: 32,
  fontFamily: "var(--font)",
  colorBgContainer: "transparent",
  colorBgElevated: "var(--bg-float)",
  colorBorder: "var(--line-strong)",
  colorText: "var(--text)",
  colorTextPlaceholder: "var(--text-mute)",
  zIndexPopupBase: 150,
  motion: false,
};

export function AntdProvider({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const dark = useIsDark();
  const phone = useIsPhone();
  const scale = useTextScale();
  const chinese = i18n.language === "zh-CN";
  return (
    <ConfigProvider
      // Only what our inputs say: antd's own catalogs have the words of all its components.
      locale={{
        locale: chinese ? "zh-cn" : "en",
        Empty: { description: t("form.none_found") },
      }}
      theme={{
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: { ...TOKENS, controlHeight: phone ? 44 : 32, fontSize: 14 * scale },
      }}
    >
      {children}
    </ConfigProvider>
  );
}
