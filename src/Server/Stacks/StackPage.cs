using Microsoft.AspNetCore.Components;
using Server.Auth;

namespace Server.Stacks;

/// <summary>
/// A page below a stack's address: it has found the stack, and that the reader has the permission the page names, before it loads the rest. Who may
/// not read the stack is told what those are told for whom it does not exist; a former name leads on to the present one.
/// </summary>
public abstract class StackPage : ComponentBase
{
    [Parameter]
    public string Org { get; set; } = "";

    [Parameter]
    public string Project { get; set; } = "";

    [Parameter]
    public string Name { get; set; } = "";

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    private StackStore Stacks { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    private Stack? _stack;
    private bool _loaded;

    /// <summary>Null if there is none for this reader, and until everything of it is loaded: a page is rendered before, too.</summary>
    public Stack? Found => _loaded ? _stack : null;

    /// <summary>For what is shown inside the frame, which is only shown where there is one.</summary>
    protected Stack Stack => _stack!;

    protected CancellationToken Ct => Http.RequestAborted;

    /// <summary>The address of the stack's first page.</summary>
    protected string Home => $"/{Stack.FullName}";

    protected sealed override async Task OnInitializedAsync()
    {
        var stack = await Stacks.Find(Http.Caller().AccountId, Org, Project, Name, Ct);
        if (stack is not null)
        {
            stack.Demand(Http.NeededPermission());
            Http.Features.Set(_stack = stack);
            await Load();
            _loaded = true;
        }
        else if (await Renamed() is { } now)
        {
            var rest = Http.Request.Path.Value!.Split('/').Skip(4).Select(Uri.EscapeDataString);
            Navigation.NavigateTo($"/{string.Join('/', [now.FullName, .. rest])}{Http.Request.QueryString}");
        }
        else
        {
            Http.Response.StatusCode = StatusCodes.Status404NotFound; // which brings up the error page
        }
    }

    /// <summary>Reads what the page shows of the stack.</summary>
    protected virtual Task Load() => Task.CompletedTask;

    private async Task<Stack?> Renamed() =>
        HttpMethods.IsGet(Http.Request.Method)
            ? (await Stacks.FindByFormerName(Http.Caller().AccountId, Org, Project, Name, Ct)).FirstOrDefault()
            : null;
}
