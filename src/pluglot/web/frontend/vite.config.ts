import { defineConfig } from "vite";

// Names without digests: the pages ask for them with the digest of the package's files in the query.
export default defineConfig({
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    rollupOptions: {
      input: "src/main.ts",
      output: {
        entryFileNames: "pluglot.js",
        chunkFileNames: "[name].js",
        assetFileNames: "pluglot.[ext]",
      },
    },
  },
});
