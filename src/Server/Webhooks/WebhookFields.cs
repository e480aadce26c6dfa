namespace Server.Webhooks;

/// <summary>What was filled in in a <see cref="WebhookForm"/>. A box that is not checked is not sent.</summary>
public static class WebhookFields
{
    public static WebhookWish Read(IFormCollection form) =>
        new()
        {
            DisplayName = form["DisplayName"],
            PayloadUrl = form["PayloadUrl"],
            Format = form["Format"],
            Active = form["Active"] == "true",
            Filters = [.. form["Filters"].OfType<string>()],
            Groups = [.. form["Groups"].OfType<string>()],
            Secret = form["RemoveSecret"] == "true" ? WebhookChanges.RemoveSecret : form["Secret"].ToString(),
        };
}
