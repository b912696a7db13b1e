-- AlterTable
ALTER TABLE "plugin_documents" ADD COLUMN     "seq" BIGSERIAL NOT NULL;

-- AlterTable
ALTER TABLE "plugins" ADD COLUMN     "data_version" TEXT,
ALTER COLUMN "grants" SET DEFAULT '{}';

-- CreateIndex
CREATE INDEX "plugin_documents_plugin_name_collection_seq_idx" ON "plugin_documents"("plugin_name", "collection", "seq");

-- By hand: what plugins were running with before was granted, and their data is that of the version they ran.
UPDATE "plugins" SET "grants" = COALESCE(
    (SELECT jsonb_object_agg("permission", true) FROM jsonb_array_elements_text("manifest" -> 'permissions') AS "permission"),
    '{}'
);
UPDATE "plugins" SET "data_version" = "version" WHERE "enabled_at" IS NOT NULL;
