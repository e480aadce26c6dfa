using System.Net;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.Webhooks;

public class WebhookPageTests
{
    [Theory, InlineData("/ann/settings/webhooks"), InlineData("/ann/web/dev/settings/webhooks")]
    public async Task A_webhook_is_made_tried_changed_and_deleted_without_script(string address)
    {
        await using var server = await WebhookTests.Start();
        await using var receiver = await Receiver.Start();
        using var browser = new FormBrowser(server);
        await browser.SignUp("ann");
        var accounts = (Server.Accounts.AccountStore)server.Services.GetService(typeof(Server.Accounts.AccountStore))!;
        using var ann = server.Client(await server.TokenOf((await accounts.FindByLogin("ann", CancellationToken.None))!));
        await ann.CreateStack("ann/web/dev");

        await browser.Open(address);
        browser.Text(".empty").ShouldContain("no webhooks yet");
        await browser.Submit("new-webhook", ("DisplayName", "Bad"), ("PayloadUrl", "ftp://example.com"));
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Text(".notice.bad").ShouldContain("is not an address");
        await browser.Submit("new-webhook", ("DisplayName", "Mine"), ("PayloadUrl", receiver.Url.ToString()), ("Secret", "s3cret"));
        browser.Path.ShouldStartWith(address + "/");
        await browser.Submit("ping-webhook");
        receiver.Got.ShouldHaveSingleItem().Headers["Pulumi-Webhook-Kind"].ToString().ShouldBe("ping");
        browser.Text(".delivery summary").ShouldStartWith("200");
        browser.Text(".delivery pre").ShouldContain("Pulumi-Webhook-Signature");
        var redeliver = browser.Page.QuerySelector(".delivery input[name=_handler]")!.GetAttribute("value")!;
        await browser.Submit(redeliver);
        receiver.Got.Count.ShouldBe(2);
        await browser.Submit("edit-webhook", ("DisplayName", "Renamed"), ("Secret", ""));
        browser.Text("h2").ShouldBe("Renamed");
        var there = browser.Path;
        await browser.Submit("delete-webhook");
        browser.Path.ShouldBe(address);
        await browser.Open(there);
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
