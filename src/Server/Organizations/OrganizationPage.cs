using Microsoft.AspNetCore.Components;
using Server.Auth;

namespace Server.Organizations;

/// <summary>
/// A page below an organization's address: it has found the organization, and that the reader has the permission the page names, before it loads the
/// rest. Who is no member is told what those are told for whom it does not exist.
/// </summary>
public abstract class OrganizationPage : ComponentBase
{
    [Parameter]
    public string Org { get; set; } = "";

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    private OrganizationStore Store { get; set; } = null!;

    private Organization? _organization;
    private bool _loaded;

    /// <summary>Null if there is none for this reader, and until everything of it is loaded: a page is rendered before, too.</summary>
    public Organization? Found => _loaded ? _organization : null;

    /// <summary>For what is shown only where there is one.</summary>
    protected Organization Organization => _organization!;

    protected CancellationToken Ct => Http.RequestAborted;

    protected sealed override async Task OnInitializedAsync()
    {
        if (await Store.Find(Http.Caller().AccountId, Org, Ct) is not { } organization)
        {
            Http.Response.StatusCode = StatusCodes.Status404NotFound; // which brings up the error page
            return;
        }
        organization.Demand(Http.NeededPermission());
        Http.Features.Set(organization);
        _organization = organization;
        await Load();
        _loaded = true;
    }

    /// <summary>Reads what the page shows of the organization.</summary>
    protected virtual Task Load() => Task.CompletedTask;
}
