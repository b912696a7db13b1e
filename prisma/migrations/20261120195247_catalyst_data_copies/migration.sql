-- AlterTable
ALTER TABLE "plugins" ADD COLUMN     "copied_data_version" TEXT;

-- CreateTable
CREATE TABLE "plugin_data_copies" (
    "plugin_name" TEXT NOT NULL,
    "collection" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "seq" BIGINT,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plugin_data_copies_pkey" PRIMARY KEY ("plugin_name","collection","key")
);

-- AddForeignKey
ALTER TABLE "plugin_data_copies" ADD CONSTRAINT "plugin_data_copies_plugin_name_fkey" FOREIGN KEY ("plugin_name") REFERENCES "plugins"("name") ON DELETE CASCADE ON UPDATE CASCADE;
